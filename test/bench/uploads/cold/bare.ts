// Node, and nothing else.
process.stdout.write("ok");
