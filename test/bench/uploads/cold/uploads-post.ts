// One form of ours.
import { uploadTo } from "@gatewright/uploads";
import { bucket, credentials, region, report } from "./setting.ts";

const uploads = uploadTo({ bucket, region, credentials, rules: { maxBytes: 1e6, types: ["image/*"] } });
const file = { filename: "cat.png", contentType: "image/png", size: 1234, owner: "ada" };
void uploads.ticket(file).then(({ url }) => report(url));
