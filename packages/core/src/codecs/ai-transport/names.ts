/** The header names of AI Transport, and `parts`, which says that a Streamfold agent has written parts. All others are the product's. */
export const theirNames: ReadonlySet<string> = new Set(
  `stream status stream-id discrete run-id invocation-id event-id codec-message-id run-client-id input-client-id role parent fork-of
  msg-regenerate supersedes run-reason step-id step-start-serial step-reason step-client-id input-codec-message-id
  steer-codec-message-ids error-code error-message parts`.split(/\s+/),
)
