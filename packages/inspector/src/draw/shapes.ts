type Context = CanvasRenderingContext2D

/** Draws a circle. @param edge the colour of its edge */
export function circle(context: Context, x: number, y: number, radius: number, fill: string, edge: string | undefined): void {
  context.beginPath()
  context.arc(x, y, radius, 0, Math.PI * 2)
  paint(context, fill, edge)
}

export function diamond(context: Context, x: number, y: number, radius: number, fill: string, edge: string | undefined): void {
  context.beginPath()
  context.moveTo(x, y - radius)
  context.lineTo(x + radius, y)
  context.lineTo(x, y + radius)
  context.lineTo(x - radius, y)
  context.closePath()
  paint(context, fill, edge)
}

export function cross(context: Context, x: number, y: number, radius: number, colour: string): void {
  context.beginPath()
  context.moveTo(x - radius, y - radius)
  context.lineTo(x + radius, y + radius)
  context.moveTo(x + radius, y - radius)
  context.lineTo(x - radius, y + radius)
  context.strokeStyle = colour
  context.lineWidth = 1.5
  context.stroke()
}

/** Draws the end of a lane: a bar with a foot. */
export function square(context: Context, x: number, top: number, height: number, colour: string): void {
  context.fillStyle = colour
  context.fillRect(Math.round(x) - 1, top, 3, height)
}

function paint(context: Context, fill: string, edge: string | undefined): void {
  context.fillStyle = fill
  context.fill()
  if (edge === undefined) return
  context.strokeStyle = edge
  context.lineWidth = 1.25
  context.stroke()
}
