import { render } from "preact";
import "../frame/style.css";
import "./console.css";
import { Console } from "./console.tsx";

render(<Console />, document.getElementById("page")!);
