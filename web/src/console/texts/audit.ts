const ko = {
  none: "기록이 없습니다.",
  filter: "거르기",
  at: "시각",
  actor: "운영자",
  action: "작업",
  target: "대상",
  reason: "사유",
  changes: "변경 내용",
  service: "서비스",
  request: "요청",
  actions: {
    "item.create": "상품 등록", "item.update": "상품 수정", "point.adjust": "포인트 조정", "point.grant": "포인트 지급",
    "order.cancel": "주문 취소", "order.retry": "다시 시도", "order.close_refunded": "환불됨으로 닫기",
    "order.reconcile": "대사", "dead_letter.replay": "데드 레터 다시 처리", "dead_letter.discard": "데드 레터 버림",
    "webhook.create": "웹훅 등록", "webhook.change": "웹훅 수정", "webhook.rotate": "웹훅 비밀값 교체", "webhook.test": "웹훅 시험 전송",
    "webhook.redeliver": "웹훅 다시 보내기", "webhook.delete": "웹훅 삭제",
  } as Record<string, string>,
};

const en: typeof ko = {
  none: "No actions are recorded.",
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
    "webhook.create": "Webhook added", "webhook.change": "Webhook changed", "webhook.rotate": "Webhook secret rotated",
    "webhook.test": "Webhook test sent", "webhook.redeliver": "Webhook redelivered", "webhook.delete": "Webhook deleted",
  },
};

export const auditTexts = { ko, en };
