export {
  type Catalogues,
  type MessageValues,
  type Translator,
  I18nError,
  loadCatalogues,
} from "./catalogues.js";
export { explainAtTerminal, wordsOfError } from "./error-words.js";
