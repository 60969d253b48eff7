/** The page's own words; what it tells of the operations is the document's. */
export interface Texts {
  title: string;
  lead: string;
  contents: string;
  search: string;
  searchHint: string;
  found: (count: number) => string;
  nothing: string;
  guide: string;
  document: string;
  parameters: string;
  places: { path: string; query: string; header: string };
  request: string;
  optionalBody: string;
  answers: string;
  errors: string;
  aboutErrors: string;
  headers: string;
  example: string;
  copy: string;
  copied: string;
  copyOf: (label: string) => string;
  required: string;
  notAlways: string;
  everywhere: string;
  /** In the words of the language, where the document's own are not. */
  tags: Record<string, string>;
  or: string;
  orElse: string;
  listOf: (type: string) => string;
  anything: string;
  time: string;
  characters: (span: string) => string;
  elements: (span: string) => string;
  byDefault: string;
  pattern: string;
  fieldsOf: (name: string) => string;
  anybody: string;
  users: string;
  admins: string;
  sentByUs: string;
  aboutWebhooks: string;
  missing: string;
  codes: string;
  chapters: { id: string; title: string; text: string; code?: { label: string; text: string } }[];
}

const order = (origin: string) => `TOKEN=$(build/payments token --user alice)
ITEM=$(curl -s ${origin}/v1/items -H "Authorization: Bearer $TOKEN" | grep -o 'itm_[0-9A-Z]*' | head -1)
curl ${origin}/v1/orders \\
  -H "Authorization: Bearer $TOKEN" \\
  -H "Idempotency-Key: $(openssl rand -hex 16)" \\
  -H 'Content-Type: application/json' \\
  -d "{\\"item_id\\": \\"$ITEM\\"}"`;

const client = (origin: string) => `import { payments, take } from "payments-client";

const api = payments({ baseUrl: "${origin}", token });
const { data: items } = await take(api.GET("/v1/items"));
const order = await take(api.POST("/v1/orders", { body: { item_id: items[0].id } }));
// …the buyer pays order.id in Bootpay's window, which gives a receipt_id…
await take(api.POST("/v1/orders/{id}/confirm", {
  params: { path: { id: order.id } }, body: { receipt_id },
}));
const done = await api.follow(order.id, ({ status }) => console.log(status));`;

const verified = `import { verifyWebhook } from "payments-client";

// body: what was received, byte for byte
const event = await verifyWebhook(secret, request.headers, body);
if (event.type === "order.succeeded") deliver(event.data);`;

export const texts: { ko: Texts; en: Texts } = {
  ko: {
    title: "API 레퍼런스",
    lead: "주문, 결제 확인, 포인트, 구매 내역까지: 이 서버가 받는 모든 요청입니다. 설명문은 영어입니다.",
    contents: "목차",
    search: "찾기",
    searchHint: "이름, 경로, 필드",
    found: (count) => `${count}개`,
    nothing: "찾는 항목이 없습니다.",
    guide: "시작하기",
    document: "OpenAPI 문서",
    parameters: "매개변수",
    places: { path: "경로", query: "쿼리", header: "헤더" },
    request: "요청 본문",
    optionalBody: "생략할 수 있습니다.",
    answers: "응답",
    errors: "오류",
    aboutErrors: "오류 형식과 모든 코드",
    headers: "응답 헤더",
    example: "예시",
    copy: "복사",
    copied: "복사했습니다",
    copyOf: (label) => `${label} 복사`,
    required: "필수",
    notAlways: "없을 수 있음",
    everywhere: "모든 요청에 붙일 수 있는 헤더",
    tags: {
      items: "상품", orders: "주문", points: "포인트", "order-items": "구매 내역", "auto-charges": "자동 충전",
      webhooks: "웹훅", reconciliations: "대사", actions: "운영 기록", "dead-letters": "처리 못 한 메시지",
      operations: "운영", pages: "페이지", "webhook-endpoints": "보내는 웹훅", sales: "매출", status: "상태",
    },
    or: " 또는 ",
    orElse: "또는",
    listOf: (type) => `${type} 목록`,
    anything: "임의의 값",
    time: "시각 (RFC 3339)",
    characters: (span) => `${span}자`,
    elements: (span) => `${span}개`,
    byDefault: "기본값",
    pattern: "형식",
    fieldsOf: (name) => `${name} 필드`,
    anybody: "인증 없이",
    users: "사용자 토큰",
    admins: "관리자 토큰",
    sentByUs: "등록한 주소로 보냅니다",
    aboutWebhooks: "웹훅을 받고 확인하는 법",
    missing: "그런 항목이 없습니다.",
    codes: "오류 코드",
    chapters: [
      {
        id: "start", title: "한 번 사 보기",
        text: "`./run`으로 서버와 샌드박스를 띄우면 개발용 토큰으로 바로 부를 수 있습니다. 순서는 주문(`POST /v1/orders`), 결제(브라우저의 부트페이 창), 확인(`POST /v1/orders/{id}/confirm`), 그리고 완료까지 지켜보기(`GET /v1/orders/{id}/stream`)입니다. 확인을 부르지 못해도 웹훅과 조회로 서버가 스스로 이어 갑니다.",
        code: { label: "curl", text: order(location.origin) },
      },
      {
        id: "client", title: "TypeScript 클라이언트",
        text: "`clients/typescript`에 타입이 붙은 작은 클라이언트가 있습니다. 멱등 키, 재시도, 주문 따라가기, 페이지 넘기기를 대신합니다. 실행할 수 있는 예제는 `examples/`에 있습니다: curl, TypeScript, Python, Kafka.",
        code: { label: "TypeScript", text: client(location.origin) },
      },
      {
        id: "authentication", title: "인증",
        text: "`Authorization: Bearer` 헤더에 플랫폼이 서명한 JWT를 넣습니다. HS256(`--jwt-secret`) 또는 RS256·ES256(`--jwt-keys`)이며 `sub`는 사용자 ID, `exp`는 필수, `role`은 `user`(기본) 또는 `admin`입니다.\n\n사용자는 자기 것만 볼 수 있습니다. 남의 주문은 403이 아니라 404입니다.",
      },
      {
        id: "idempotency", title: "멱등성",
        text: "바꾸는 요청에는 `Idempotency-Key`를 붙이세요. 응답을 받지 못했을 때 같은 키로 다시 보내면 한 번만 처리되고 첫 응답이 `Idempotency-Replayed: true`와 함께 돌아옵니다. 키는 48시간 보관됩니다. 다른 요청에 같은 키를 쓰면 422 `IDEMPOTENCY_KEY_REUSED`, 첫 요청이 아직 처리 중이면 409 `IDEMPOTENCY_IN_PROGRESS`입니다. 5xx와 429는 보관되지 않으니 같은 키로 다시 보내면 됩니다.",
      },
      {
        id: "waiting", title: "기다리기와 따라가기",
        text: "`Prefer: wait=N`(최대 30초)을 붙이면 주문이 끝날 때까지 응답을 미룹니다. 더 길게는 `GET /v1/orders/{id}/stream`이 바뀔 때마다 `order` 이벤트를 보내고 끝나면 닫습니다. 15초마다 주석 한 줄이 오므로 40초 넘게 조용하면 다시 여세요. 브라우저의 EventSource는 토큰을 헤더로 보내지 못하니 fetch로 읽습니다.",
      },
      {
        id: "paging", title: "페이지",
        text: "목록은 최신순이며 `limit`(1~100, 기본 20)개씩 옵니다. `next_cursor`가 null이 아니면 그 값을 `cursor`로 넣어 다음 페이지를 부릅니다. 커서의 내용에 기대지 마세요.",
      },
      {
        id: "values", title: "값",
        text: "본문은 UTF-8 JSON이고 64 KiB까지입니다. 금액은 원 단위 정수, 포인트도 정수이며 `5000.0`처럼 쓰지 않습니다. 시각은 RFC 3339, UTC, 밀리초입니다. 모르는 필드는 400입니다. 응답에는 필드가 늘 수 있으니 모르는 것은 지나치세요.",
      },
      {
        id: "errors", title: "오류",
        text: "오류는 `application/problem+json`(RFC 9457)입니다. 프로그램은 `code`로 판단하고, 사람에게는 `title`과 `detail`을 보이세요. `Accept-Language: ko`면 한국어입니다. `errors`는 어느 필드가 왜 틀렸는지 알려 줍니다. `X-Request-Id`를 남겨 두면 문의할 때 찾을 수 있습니다.\n\n503, 504, 429는 `Retry-After`만큼 기다린 뒤 같은 멱등 키로 다시 보내세요.",
      },
      {
        id: "webhooks", title: "웹훅 받기",
        text: "관리자가 `/v1/admin/{service}/webhook-endpoints`에 https 주소를 등록하면 주문과 포인트의 이벤트를 POST로 보냅니다. 형식은 Standard Webhooks입니다: `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,…` 헤더와 `{id, type, source, time, data}` 본문. 서명은 `id.timestamp.body`를 `whsec_` 비밀의 HMAC-SHA256으로 만든 것이며, 비밀을 바꾸는 24시간 동안은 둘이 옵니다.\n\n서명과 시각(5분)을 확인하고, 같은 `webhook-id`는 한 번만 처리하고, 5초 안에 2xx로 답하세요. 아니면 하루 동안 간격을 늘려 가며 다시 보냅니다. `data`의 필드는 아래 각 이벤트에 있습니다. 자세한 것은 docs/webhooks.md에 있습니다.",
        code: { label: "TypeScript", text: verified },
      },
    ],
  },
  en: {
    title: "API reference",
    lead: "Orders, payments, points and what was bought: every request this server takes.",
    contents: "Contents",
    search: "Search",
    searchHint: "Name, path, field",
    found: (count) => (count === 1 ? "1 result" : `${count} results`),
    nothing: "Nothing is called that.",
    guide: "Getting started",
    document: "OpenAPI document",
    parameters: "Parameters",
    places: { path: "Path", query: "Query", header: "Headers" },
    request: "Request body",
    optionalBody: "May be left out.",
    answers: "Answers",
    errors: "Errors",
    aboutErrors: "What errors look like, and all codes",
    headers: "Headers of the answer",
    example: "Example",
    copy: "Copy",
    copied: "Copied",
    copyOf: (label) => `Copy: ${label}`,
    required: "required",
    notAlways: "not always there",
    everywhere: "Headers that every call may have",
    tags: {},
    or: " or ",
    orElse: "or",
    listOf: (type) => `list of ${type}`,
    anything: "anything",
    time: "time (RFC 3339)",
    characters: (span) => `${span} characters`,
    elements: (span) => `${span} elements`,
    byDefault: "default",
    pattern: "Pattern",
    fieldsOf: (name) => `Fields of ${name}`,
    anybody: "No token needed",
    users: "A user’s token",
    admins: "An admin’s token",
    sentByUs: "Sent to your endpoint",
    aboutWebhooks: "How to receive and check webhooks",
    missing: "There is nothing of that name.",
    codes: "Error codes",
    chapters: [
      {
        id: "start", title: "Buy something",
        text: "`./run` starts the server and a sandbox of Bootpay; a development token lets you call it at once. One orders (`POST /v1/orders`), pays (in Bootpay’s window, in the browser), confirms (`POST /v1/orders/{id}/confirm`) and watches it being done (`GET /v1/orders/{id}/stream`). If the confirm never comes, the server goes on by itself, by webhook and by asking.",
        code: { label: "curl", text: order(location.origin) },
      },
      {
        id: "client", title: "A TypeScript client",
        text: "`clients/typescript` is a small typed client that looks after idempotency keys, repeats, following an order and paging. `examples/` has whole programs: curl, TypeScript, Python, Kafka.",
        code: { label: "TypeScript", text: client(location.origin) },
      },
      {
        id: "authentication", title: "Authentication",
        text: "`Authorization: Bearer` carries a JWT that the platform has signed: HS256 (`--jwt-secret`), or RS256 or ES256 (`--jwt-keys`). `sub` is the user id, `exp` is required, `role` is `user` (by default) or `admin`.\n\nA user sees their own things only. Another user’s order is 404, not 403.",
      },
      {
        id: "idempotency", title: "Idempotency",
        text: "Give each request that changes something an `Idempotency-Key`. If no answer comes, send it again with the same key: it is done once, and the first answer comes with `Idempotency-Replayed: true`. Keys live for 48 hours. The key of another request is 422 `IDEMPOTENCY_KEY_REUSED`; while the first still runs it is 409 `IDEMPOTENCY_IN_PROGRESS`. 5xx and 429 are not kept: send it again with the same key.",
      },
      {
        id: "waiting", title: "Waiting and following",
        text: "`Prefer: wait=N`, up to 30 s, holds the answer until the order is final. For longer, `GET /v1/orders/{id}/stream` sends an `order` event at every change and closes when it is final. A comment comes every 15 s: open it again if it is silent for 40. A browser’s EventSource cannot send a token in a header; read the stream with fetch.",
      },
      {
        id: "paging", title: "Pages",
        text: "Lists are newest first, `limit` at a time (1 to 100, 20 by default). While `next_cursor` is not null, it is the `cursor` of the next page. Do not rely on what a cursor looks like.",
      },
      {
        id: "values", title: "Values",
        text: "Bodies are JSON in UTF-8, up to 64 KiB. Money is whole KRW and points are whole; neither is written like `5000.0`. Times are RFC 3339 in UTC with milliseconds. A field that is not known is 400; answers may get new ones, so pass over what you do not know.",
      },
      {
        id: "errors", title: "Errors",
        text: "Errors are `application/problem+json` (RFC 9457). Programs go by `code`; people are shown `title` and `detail`, which are Korean where `Accept-Language` prefers ko. `errors` tells which field is wrong and why. Keep `X-Request-Id`: it finds the call in our logs.\n\nAfter 503, 504 and 429, wait for `Retry-After` and send the same again with the same key.",
      },
      {
        id: "webhooks", title: "Receiving webhooks",
        text: "An admin registers an https address at `/v1/admin/{service}/webhook-endpoints`, and events of orders and points are posted to it. The form is that of Standard Webhooks: headers `webhook-id`, `webhook-timestamp` and `webhook-signature: v1,…`, and a body `{id, type, source, time, data}`. The signature is the HMAC-SHA256 of `id.timestamp.body` under the `whsec_` secret; there are two for the 24 hours in which a new secret takes the place of an old one.\n\nCheck the signature and the time (5 minutes), handle a `webhook-id` once, and answer 2xx within 5 s. Otherwise it is sent again for a day, ever less often. Each event below tells what its `data` holds; docs/webhooks.md has the rest.",
        code: { label: "TypeScript", text: verified },
      },
    ],
  },
};
