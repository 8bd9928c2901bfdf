/** Which files are taken. */
export interface UploadLimits {
  /** Types and endings, as the attribute `accept` of an input has them: `image/*,.pdf`. Default: every file. */
  readonly accept?: string | undefined
  /** Bytes of one file. Default: no limit. */
  readonly maxSize?: number | undefined
  /** How many files a prompt may have. Default: no limit. */
  readonly maxCount?: number | undefined
}

/** Why a file is not taken, and what to do; undefined if it is. @param count how many there are */
export function refusedBecause(
  file: File,
  count: number,
  { accept = '', maxSize = Infinity, maxCount = Infinity }: UploadLimits,
): string | undefined {
  const accepted = accept
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
  if (accepted.length > 0 && !accepted.some((each) => isOf(file, each.toLowerCase())))
    return `its type is not accepted: choose a file of ${accepted.join(', ')}`
  if (file.size > maxSize)
    return `it is ${sizeText(file.size, Math.ceil)} and the limit is ${sizeText(maxSize, Math.floor)}: choose a smaller one`
  if (count >= maxCount) return `a prompt has at most ${maxCount === 1 ? '1 file' : `${maxCount} files`}: remove one first`
  return undefined
}

/** Whether it is the same file, chosen or dropped twice. */
export function isSameFile(file: File, other: File | undefined): boolean {
  if (file === other) return true
  const fields = ['name', 'size', 'type', 'lastModified'] as const
  return other !== undefined && fields.every((field) => file[field] === other[field])
}

/** @param accepted in small letters */
function isOf({ name, type }: File, accepted: string): boolean {
  if (accepted.startsWith('.')) return name.toLowerCase().endsWith(accepted)
  const [mediaType = ''] = type.toLowerCase().split(';')
  if (accepted === '*/*') return true
  return accepted.endsWith('/*') ? mediaType.startsWith(accepted.slice(0, -1)) : mediaType === accepted
}

/** @param round up for what is too large, down for the limit */
function sizeText(bytes: number, round: (value: number) => number): string {
  const kilobytes = bytes / 1024
  return kilobytes < 1024 ? `${round(kilobytes)} kB` : `${round((kilobytes / 1024) * 10) / 10} MB`
}
