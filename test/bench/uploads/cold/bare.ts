// Node, and nothing else.
const { user, system } = process.cpuUsage();
process.stdout.write(String(user + system));
