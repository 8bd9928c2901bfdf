/** What a key does in the picture. */
export type KeyAction =
  | { readonly type: 'step'; readonly by: number }
  | { readonly type: 'first' }
  | { readonly type: 'present' }
  | { readonly type: 'trouble'; readonly to: 'before' | 'after' }
  | { readonly type: 'pan'; readonly part: number }
  | { readonly type: 'zoom'; readonly factor: number }
  | { readonly type: 'fit' }
  | { readonly type: 'follow' }

/** The action of a key; undefined for other keys. */
export function keyAction({ key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent): KeyAction | undefined {
  if (ctrlKey || metaKey || altKey) return undefined
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowUp':
      return shiftKey ? { type: 'pan', part: -0.1 } : { type: 'step', by: -1 }
    case 'ArrowRight':
    case 'ArrowDown':
      return shiftKey ? { type: 'pan', part: 0.1 } : { type: 'step', by: 1 }
    case 'PageUp':
      return { type: 'trouble', to: 'before' }
    case 'PageDown':
      return { type: 'trouble', to: 'after' }
    case 'Home':
      return { type: 'first' }
    case 'End':
    case 'Escape':
      return { type: 'present' }
    case '+':
    case '=':
      return { type: 'zoom', factor: 1 / 1.6 }
    case '-':
      return { type: 'zoom', factor: 1.6 }
    case '0':
      return { type: 'fit' }
    case 'f':
    case 'F':
      return { type: 'follow' }
    default:
      return undefined
  }
}
