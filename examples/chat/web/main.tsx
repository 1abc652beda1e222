// Puts the page on the screen.
import { render } from "preact";
import { Page } from "./view/page.tsx";

const root = document.getElementById("app");
if (!root) throw new Error("index.html has no element with the id app.");
render(<Page />, root);
