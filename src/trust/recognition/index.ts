export {
  type JurisdictionAnswer,
  type RecognitionQuery,
  type RecognitionReason,
  type RecognitionSource,
} from "./answers.js";
