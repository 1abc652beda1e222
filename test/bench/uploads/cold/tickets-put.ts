// One URL of ours, by the half that only gives tickets.
import { ticketsTo } from "@gatewright/uploads/tickets";
import { bucket, credentials, region, report } from "./setting.ts";

const tickets = ticketsTo({
  bucket,
  region,
  credentials,
  method: "put",
  rules: { maxBytes: 1e6, types: ["image/*"] },
});
const file = { filename: "cat.png", contentType: "image/png", size: 1234, owner: "ada" };
void tickets.ticket(file).then(({ url }) => report(url));
