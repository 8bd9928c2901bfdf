import { texts } from '@streamfold/app-shared'

interface Props {
  readonly onChoose: (prompt: string) => void
}

export function Welcome({ onChoose }: Props) {
  return (
    <section className="welcome">
      <h2>{texts.lead}</h2>
      <ul className="suggestions" aria-label={texts.suggestionsLabel}>
        {texts.suggestions.map((prompt) => (
          <li key={prompt}>
            <button type="button" data-testid="suggestion" onClick={() => onChoose(prompt)}>
              {prompt}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
