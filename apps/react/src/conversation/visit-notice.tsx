import { currentPerson, endVisit, stayVisitor, texts } from '@streamfold/app-shared'

/** Says that this tab belongs to another person than the other tabs of the browser. */
export function VisitNotice() {
  if (!currentPerson().visiting) return null
  return (
    <div className="notice visit" data-testid="visit">
      <p>{texts.visit.notice}</p>
      <button type="button" className="action" onClick={stayVisitor}>
        {texts.visit.stay}
      </button>
      <button type="button" className="action" onClick={endVisit}>
        {texts.visit.end}
      </button>
    </div>
  )
}
