import { sqliteDatabase } from "./contract/database.js";
import { attemptsContract, directoryContract, keysAndVisitsContract, ltiContract } from "./contract/rooms.js";

describe("storage on SQLite", () => {
  directoryContract(sqliteDatabase);
  keysAndVisitsContract(sqliteDatabase);
  ltiContract(sqliteDatabase);
  attemptsContract(sqliteDatabase);
});
