// One kind of ticket in a process of its own: `node tickets-process.ts NAME COUNT`.
import { kinds, measureCost } from "./tickets.ts";

const [name, count] = process.argv.slice(2);
const kind = kinds.find((each) => each.name === name);
if (!kind) throw new Error(`There is no kind of ticket "${name}".`);
process.stdout.write(String(await measureCost(kind, Number(count))));
