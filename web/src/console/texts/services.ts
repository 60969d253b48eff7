const ko = {
  version: "버전",
  startedAt: "시작",
  noConsumers: "구독 중인 토픽이 없거나, 프로세스 안의 버스를 쓰고 있습니다.",
  consumers: (service: string) => `${service}의 구독`,
  topic: "토픽",
  partition: "파티션",
  lag: "밀린 수",
  instances: (service: string) => `${service}의 인스턴스`,
  instance: "인스턴스",
  leads: "역할",
  leader: "리더",
  beats: "하트비트",
};

const en: typeof ko = {
  version: "Version",
  startedAt: "Started",
  noConsumers: "It subscribes to no topic, or uses the bus inside the process.",
  consumers: (service) => `Subscriptions of ${service}`,
  topic: "Topic",
  partition: "Partition",
  lag: "Lag",
  instances: (service) => `Instances of ${service}`,
  instance: "Instance",
  leads: "Role",
  leader: "leader",
  beats: "Beats",
};

export const serviceTexts = { ko, en };
