import { render } from "preact";
import { Shell } from "../frame/shell.tsx";
import "../frame/style.css";
import { View } from "../frame/view.tsx";
import { StatusBadge } from "../frame/status.tsx";

function Shop() {
  return (
    <Shell name="포인트 상점" sections={[{ part: "", text: "충전하기" }, { part: "wallet", text: "내 지갑" }]}>
      {() => <View title="상점"><div class="card"><StatusBadge status="SUCCESS" /></div></View>}
    </Shell>
  );
}

render(<Shop />, document.getElementById("page")!);
