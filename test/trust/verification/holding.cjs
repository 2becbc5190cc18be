// A process that had much memory for a moment.
Buffer.alloc(Number(process.argv[2]), 1);
process.send("held");
process.on("disconnect", () => process.exit());
