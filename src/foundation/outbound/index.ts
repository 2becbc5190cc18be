export {
  createOutbound,
  isPrivate,
  OutboundError,
  type Outbound,
  type OutboundOptions,
  type OutboundRequest,
  type OutboundResponse,
} from "./outbound.js";
