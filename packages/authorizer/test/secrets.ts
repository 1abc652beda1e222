// Every token, key and cookie that a test makes is noted here, and looked for in all output of the whole run.
export { noteSecret } from "../../../test/secrets/note.ts";
