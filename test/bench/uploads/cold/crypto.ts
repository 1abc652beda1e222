// What any signature needs: node:crypto, and one HMAC.
import { createHmac, randomUUID } from "node:crypto";
import { report } from "./setting.ts";

report(`https://${createHmac("sha256", "bench/secret").update(randomUUID()).digest("hex")}`);
