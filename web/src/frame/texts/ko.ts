/** What every page says. The English texts have the same shape. */
export const ko = {
  skip: "본문으로 건너뛰기",
  sections: "메뉴",
  otherLanguage: "English",
  offline: "서버와 연결이 끊겼습니다. 다시 연결하고 있습니다.",
  loading: "불러오는 중…",
  more: "더 보기",
  again: "다시 시도",
  close: "닫기",
  back: "돌아가기",
  reason: "사유",
  reasonHint: "한 줄로 적어 주세요. 기록에 남습니다.",
  problem: {
    network: "서버에 연결할 수 없습니다. 네트워크를 확인해 주세요.",
    unknown: "문제가 생겼습니다.",
    session: "로그인이 만료되었습니다. 다시 열어 주세요.",
    code: "오류 코드",
    request: "요청 번호",
  },
  status: {
    PENDING: "결제 대기", PAID: "처리 중", SUCCESS: "완료", FAILING: "환불 중", FAIL: "실패",
    CANCELING: "취소 중", CANCELED: "취소됨", EXPIRED: "만료됨",
  },
  user: {
    menu: (name: string) => `사용자 ${name}, 바꾸기`,
    title: "누구로 볼까요?",
    lead: "개발 모드입니다. 아무 사용자나 골라 볼 수 있습니다.",
    id: "사용자 ID",
    role: "역할",
    roles: { user: "일반 사용자", admin: "운영자" },
    start: "시작하기",
    change: "바꾸기",
  },
  away: {
    title: "플랫폼에서 열어 주세요",
    lead: "이 페이지는 로그인한 플랫폼에서 열어야 합니다. 이용하던 앱이나 사이트로 돌아가 다시 들어와 주세요.",
    developers: "개발자라면",
    reference: "연동 방법 보기",
  },
  admins: {
    title: "운영자만 볼 수 있습니다",
    lead: "지금 사용자에게는 이 페이지를 볼 권한이 없습니다.",
  },
};

export type FrameTexts = typeof ko;
