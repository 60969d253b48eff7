import { en } from "./en.ts";
import { ko } from "./ko.ts";

export const shopTexts = { ko, en };
