import { mongoDatabase } from "./contract/database.js";
import { attemptsContract, directoryContract, keysAndVisitsContract, ltiContract } from "./contract/rooms.js";

const server = process.env["TESSERA_TEST_MONGODB"];

describe("storage on MongoDB", () => {
  if (server === undefined) {
    it("is skipped: set TESSERA_TEST_MONGODB to the address of a server that may be written to");
    return;
  }
  const make = () => mongoDatabase(server);
  directoryContract(make);
  keysAndVisitsContract(make);
  ltiContract(make);
  attemptsContract(make);
});
