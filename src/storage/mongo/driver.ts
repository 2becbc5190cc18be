import { createRequire } from "node:module";
import type mongoose from "mongoose";

const require = createRequire(import.meta.url);

/** mongoose, loaded when a MongoDB store is opened: it takes half a second, which every start on SQLite would pay. */
export function loadMongoose(): typeof mongoose {
  return require("mongoose") as typeof mongoose;
}
