import { render } from "preact";
import "../frame/style.css";

render(<main class="container"><h1>payments</h1></main>, document.getElementById("page")!);
