const ko = {
  none: "기록이 없습니다.",
  filter: "거르기",
  at: "시각",
  actor: "운영자",
  action: "한 일",
  target: "대상",
  reason: "사유",
  changes: "바뀐 것",
  service: "서비스",
  request: "요청",
  actions: {
    "item.create": "상품 등록", "item.update": "상품 수정", "point.adjust": "포인트 조정", "point.grant": "포인트 지급",
    "order.cancel": "주문 취소", "order.retry": "다시 시도", "order.close_refunded": "환불됨으로 닫기",
    "order.reconcile": "대사", "dead_letter.replay": "데드 레터 다시 처리", "dead_letter.discard": "데드 레터 버림",
  } as Record<string, string>,
};

const en: typeof ko = {
  none: "Nothing was done.",
  filter: "Filter",
  at: "When",
  actor: "Operator",
  action: "What",
  target: "Target",
  reason: "Reason",
  changes: "Changes",
  service: "Service",
  request: "Request",
  actions: {
    "item.create": "Item created", "item.update": "Item changed", "point.adjust": "Points adjusted", "point.grant": "Points granted",
    "order.cancel": "Order cancelled", "order.retry": "Order retried", "order.close_refunded": "Closed as refunded",
    "order.reconcile": "Reconciled", "dead_letter.replay": "Dead letter replayed", "dead_letter.discard": "Dead letter discarded",
  },
};

export const auditTexts = { ko, en };
