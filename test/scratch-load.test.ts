import { expect, it } from "vitest";
import { startChat } from "./integration/running-chat.ts";
it("load", async () => {
  const chat = await startChat();
  const [ada, grace] = await Promise.all([chat.signIn("ada"), chat.signIn("grace")]);
  let t = Date.now(); let from = 0;
  const cold = () => { const n = chat.record.lines.slice(from).filter((l) => l.includes('"cold_start":true')).length; from = chat.record.lines.length; return n; };
  const tabs = await Promise.all(Array.from({ length: 20 }, (_, i) => chat.connect(i % 2 ? ada : grace)));
  console.log("connected", Date.now() - t, "cold", cold()); t = Date.now();
  await Promise.all(tabs.map((w) => w.ask("join", { room: "lobby" })));
  console.log("joined", Date.now() - t, "cold", cold()); t = Date.now();
  for (let round = 0; round < 3; round++) {
    const cpu = process.cpuUsage();
    tabs.forEach((w, i) => [1, 2, 3].forEach((n) => w.send(JSON.stringify({ action: "send", id: `x${round}-${n}`, room: "lobby", key: `${round}-${i}-${n}`, text: `t${i}-${n}` }))));
    await expect.poll(() => tabs.map((w) => w.frames.filter((f) => String(f["to"]).startsWith(`x${round}`)).length), { timeout: 50000, interval: 20 }).toEqual(tabs.map(() => 3));
    const used = process.cpuUsage(cpu);
    console.log("60 sends", Date.now() - t, "ms; cpu ms", (used.user + used.system) / 1000, "cold", cold(), "rss MB", Math.round(process.memoryUsage().rss / 1e6)); t = Date.now();
  }
  await Promise.all(tabs.map((w) => w.close()));
  console.log(chat.record.lines.filter((l) => /^(warn|error)|stderr/.test(l)).slice(0, 10));
  await chat.close(); console.log("closed", Date.now() - t);
}, 160000);
