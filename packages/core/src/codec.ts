export { answerId } from './protocol/answer.ts'
export { answerMessage } from './protocol/answer-message.ts'
export { defineCodec } from './protocol/codec.ts'
export { callName } from './messages/call-name.ts'
export type {
  AnswerToEncode,
  Codec,
  CodecOptions,
  DecodedMessage,
  IgnoredMessage,
  Outbound,
  PromptDraft,
  ResponseWire,
} from './protocol/codec.ts'
export { inputHash } from './protocol/input-hash.ts'
export { reservedHeaders } from './protocol/fields.ts'
export { filesOf, promptContents } from './protocol/prompt-file.ts'
export type { PromptContents } from './protocol/prompt-file.ts'
export { ownHeadersProblem } from './protocol/own-headers.ts'
export { promptHeaders } from './protocol/prompt-headers.ts'
export type { RawMessage } from './protocol/parse-message.ts'
export { escapeBody, frameHead, growFrames, readFrames, RS } from './protocol/frames.ts'
export type { Frame, Frames, Head, ProviderMetadata } from './protocol/frames.ts'
