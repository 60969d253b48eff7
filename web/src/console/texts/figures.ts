const ko = {
  range: "기간",
  by: "단위",
  day: "일", hour: "시간",
  spans: { "1": "오늘", "2": "2일", "3": "3일", "7": "7일", "14": "14일", "31": "31일" } as Record<string, string>,
  seoul: "서울 시간으로 나눕니다.",
  orders: "주문 결과",
  succeeded: "성공", failed: "실패", expired: "만료", canceled: "취소",
  sales: "매출 (원)",
  amount: "매출", canceledAmount: "취소 금액",
  points: "포인트",
  issuedPaid: "유상 지급", issuedBonus: "보너스 지급", spent: "사용", lapsed: "소멸", returned: "회수",
  liability: "포인트 부채",
  sheets: { outstanding: "남은 포인트", months: "달마다", breakage: "소멸과 남음", limits: "한도" } as Record<string, string>,
  empty: "해당하는 것이 없습니다.",
};

const en: typeof ko = {
  range: "Range",
  by: "By",
  day: "day", hour: "hour",
  spans: { "1": "Today", "2": "2 days", "3": "3 days", "7": "7 days", "14": "14 days", "31": "31 days" },
  seoul: "Cut by Seoul’s clock.",
  orders: "How orders ended",
  succeeded: "Succeeded", failed: "Failed", expired: "Expired", canceled: "Cancelled",
  sales: "Sales (won)",
  amount: "Sales", canceledAmount: "Cancelled",
  points: "Points",
  issuedPaid: "Issued, paid", issuedBonus: "Issued, bonus", spent: "Spent", lapsed: "Expired", returned: "Taken back",
  liability: "Liability of points",
  sheets: { outstanding: "Outstanding", months: "By month", breakage: "Breakage", limits: "Limits" },
  empty: "There is nothing.",
};

export const figureTexts = { ko, en };
