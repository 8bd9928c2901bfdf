interface Props {
  readonly label: string
  readonly text: string
  /** Its end is kept in sight. */
  readonly growing?: boolean
}

/** A text of a card, with its name. It scrolls by itself where it is long. */
export function CardText({ label, text, growing = false }: Props) {
  return (
    <>
      <p className="card-label">{label}</p>
      <pre className="card-text" dir="auto" tabIndex={0} role="group" aria-label={label} data-growing={growing || undefined}>
        <code>{text}</code>
      </pre>
    </>
  )
}
