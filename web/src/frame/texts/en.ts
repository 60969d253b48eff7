import type { FrameTexts } from "./ko.ts";

export const en: FrameTexts = {
  skip: "Skip to the content",
  sections: "Sections",
  otherLanguage: "한국어",
  offline: "The connection to the server is lost. Trying to get it back.",
  loading: "Loading…",
  more: "Show more",
  again: "Try again",
  close: "Close",
  back: "Back",
  reason: "Reason",
  reasonHint: "One line; it is kept on record.",
  problem: {
    network: "The server cannot be reached. Check your connection.",
    unknown: "Something went wrong.",
    session: "Your session is over. Open this page again.",
    code: "Code",
    request: "Request",
  },
  status: {
    PENDING: "Awaiting payment", PAID: "Processing", SUCCESS: "Complete", FAILING: "Being refunded",
    FAIL: "Failed", CANCELING: "Being cancelled", CANCELED: "Cancelled", EXPIRED: "Expired",
  },
  user: {
    menu: (name: string) => `User ${name}, change`,
    title: "Who are you?",
    lead: "This is development mode: be any user you like.",
    id: "User id",
    role: "Role",
    roles: { user: "User", admin: "Operator" },
    start: "Start",
    change: "Change",
  },
  away: {
    title: "Open this from the platform",
    lead: "This page has to be opened by the platform you are signed in to. Go back to its app or site and come in from there.",
    developers: "For developers",
    reference: "How to integrate",
  },
  admins: {
    title: "For operators only",
    lead: "The present user may not see this page.",
  },
};
