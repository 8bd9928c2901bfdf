/** Of a WebSocket, the frames that only ask whether the other side is there, and say that it is. */
const PING = 9
const PONG = 10

/**
 * Reads one direction of a connection, piece by piece. The function says whether a piece carries something: pings and pongs do not, because
 * nothing answers a pong, and a ping answers nothing.
 */
export function carries(): (piece: Buffer) => boolean {
  /** Until it is clear what the connection is. */
  let head = Buffer.alloc(0)
  let read: (piece: Buffer) => boolean = (piece) => {
    head = Buffer.concat([head, piece])
    const end = head.indexOf('\r\n\r\n')
    const text = head.subarray(0, end === -1 ? undefined : end).toString('latin1')
    // The request for a WebSocket, or the response that grants it. It is the first of its connection.
    if (!/^(?:GET |HTTP\/1\.1 101 )/.test(text)) read = () => true
    else if (end !== -1 && !/^upgrade: *websocket\r?$/im.test(text)) read = () => true
    else if (end !== -1) {
      read = frames()
      read(head.subarray(end + 4))
    }
    return true
  }
  return (piece) => read(piece)
}

/** The frames of RFC 6455, section 5.2. */
function frames(): (piece: Buffer) => boolean {
  /** Of a frame whose head has not come in full. */
  let begun = Buffer.alloc(0)
  /** Bytes that are still to come of the frame whose head has come. */
  let left = 0
  let isSign = false
  return (piece) => {
    let [rest, found] = [piece, false]
    while (rest.length > 0) {
      if (left > 0) {
        found ||= !isSign
        const taken = Math.min(left, rest.length)
        left -= taken
        rest = rest.subarray(taken)
        continue
      }
      const before = begun.length
      begun = Buffer.concat([begun, rest])
      const opcode = begun[0]! & 0x0f
      isSign = opcode === PING || opcode === PONG
      found ||= !isSign
      const length = headLength(begun)
      if (length === undefined || begun.length < length) break
      left = payloadLength(begun)
      rest = rest.subarray(length - before)
      begun = Buffer.alloc(0)
    }
    return found
  }
}

/** The two bytes that each frame begins with, those of a longer length, and the mask of what clients send. */
function headLength(frame: Buffer): number | undefined {
  if (frame.length < 2) return undefined
  const length = frame[1]! & 0x7f
  return 2 + (length === 127 ? 8 : length === 126 ? 2 : 0) + (frame[1]! & 0x80 ? 4 : 0)
}

function payloadLength(frame: Buffer): number {
  const length = frame[1]! & 0x7f
  return length === 127 ? Number(frame.readBigUInt64BE(2)) : length === 126 ? frame.readUInt16BE(2) : length
}
