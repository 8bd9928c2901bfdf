/** A part of any message: our part, or one of the AI SDK. */
type AnyPart = Readonly<Record<string, unknown>> & { readonly type: string }

const compared =
  'type text toolName toolCallId input output errorText preliminary title providerExecuted sourceId url mediaType data'

/**
 * Parts with the fields that both AI Transport's client and Streamfold give them. Not compared: ids of texts and of data, a file's name,
 * whether a part still streams, and empty texts, which that client shows and Streamfold does not.
 */
export function comparable(parts: readonly object[]): readonly Readonly<Record<string, unknown>>[] {
  return (parts as readonly AnyPart[])
    .filter(({ type, text }) => type !== 'text' || text !== '')
    .map((part) => ({
      ...Object.fromEntries(
        compared
          .split(' ')
          .map((name): [string, unknown] => [name, part[name]])
          .filter(([, value]) => value !== undefined),
      ),
      ...('toolCallId' in part && { state: part['state'] }),
    }))
}
