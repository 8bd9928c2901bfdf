import type { TemplateResult } from 'lit'
import { html, nothing } from 'lit'
import { clock } from '../model/ticks.ts'
import type { Axis } from '../model/viewport.ts'
import { placeOf } from '../model/viewport.ts'
import type { View } from './view.ts'

export interface ToolbarState {
  readonly axis: Axis
  readonly following: boolean
  readonly pageFollows: boolean
  readonly whole: boolean
  /** The name of the inspected file. */
  readonly file: string | undefined
  /** Whether there is a store to return to. */
  readonly hasStore: boolean
  readonly closable: boolean
}

export interface ToolbarActions {
  present(): void
  fit(): void
  zoom(factor: number): void
  follow(): void
  chooseAxis(axis: Axis): void
  followPage(follows: boolean): void
  exportLog(): void
  chooseWhole(whole: boolean): void
  importFile(file: File): void
  copyTest(): void
  leaveFile(): void
  close(): void
}

/** The toolbar: position, view and exports. */
export function toolbar(view: View, state: ToolbarState, act: ToolbarActions): TemplateResult {
  const { timeline, cursor } = view.inspection
  return html`<div class="toolbar">
    <h2 class="title">Inspector</h2>
    <p class="place" data-testid="place" data-live=${cursor === undefined && state.file === undefined && state.hasStore}>
      ${placeText(view, state)}
    </p>
    ${
      cursor === undefined
        ? nothing
        : html`<button type="button" class="firm" data-testid="present" @click=${act.present}>
            ${state.file === undefined ? 'Return to live' : 'To the end'}
          </button>`
    }
    ${
      state.file !== undefined && state.hasStore
        ? html`<button type="button" class="firm" data-testid="leave-file" @click=${act.leaveFile}>Back to this page</button>`
        : nothing
    }
    <div class="tools">
      <div class="group" role="group" aria-label="Picture">
        <button
          type="button"
          aria-pressed=${state.following}
          data-testid="follow"
          ?disabled=${timeline.next === timeline.first}
          @click=${act.follow}
        >
          Follow
        </button>
        <button type="button" data-testid="fit" @click=${act.fit}>Fit</button>
        <button type="button" class="sign" aria-label="Look at more" @click=${() => act.zoom(1.6)}>−</button>
        <button type="button" class="sign" aria-label="Look closer" @click=${() => act.zoom(1 / 1.6)}>+</button>
        <button
          type="button"
          data-testid="axis"
          title="The axis: time, or the order of events"
          @click=${() => act.chooseAxis(state.axis === 'time' ? 'order' : 'time')}
        >
          By ${state.axis}
        </button>
      </div>
      ${
        state.hasStore
          ? html`<label class="check"
              ><input
                type="checkbox"
                data-testid="page-follows"
                .checked=${state.pageFollows}
                @change=${(event: Event) => act.followPage((event.target as HTMLInputElement).checked)}
              />Page follows</label
            >`
          : nothing
      }
      <div class="group hand-over" role="group" aria-label="Hand over">
        <label class="check" title="Without it, every text is exported as long as it is, but without its words">
          <input
            type="checkbox"
            data-testid="whole"
            .checked=${state.whole}
            @change=${(event: Event) => act.chooseWhole((event.target as HTMLInputElement).checked)}
          />With contents</label
        >
        <button type="button" data-testid="export" ?disabled=${timeline.next === timeline.first} @click=${act.exportLog}>
          Export
        </button>
        <label class="button" data-testid="import-label"
          >Import<input
            type="file"
            class="unseen"
            data-testid="import"
            aria-label="Import a log"
            @change=${(event: Event) => {
              const input = event.target as HTMLInputElement // The listener is on an input.
              const file = input.files?.[0]
              if (file) act.importFile(file)
              input.value = ''
            }}
        /></label>
        <button type="button" data-testid="copy-test" ?disabled=${timeline.next === timeline.first} @click=${act.copyTest}>
          Copy as test
        </button>
      </div>
    </div>
    ${
      state.closable
        ? html`<button
            type="button"
            class="sign"
            data-testid="inspector-close"
            aria-label="Close the inspector"
            @click=${act.close}
          >
            ×
          </button>`
        : nothing
    }
  </div>`
}

function placeText({ inspection: { timeline, cursor }, offset }: View, { file, hasStore }: ToolbarState): string {
  if (!hasStore && file === undefined) return 'No log'
  const of = `of ${timeline.next.toLocaleString('en')}`
  if (cursor !== undefined)
    return `${clock(placeOf(timeline, 'time', cursor), offset, true)} · event ${(cursor + 1).toLocaleString('en')} ${of}`
  const { entries } = timeline
  if (file !== undefined) return `${file} · ${entries.length.toLocaleString('en')} events`
  return `Live · ${timeline.next.toLocaleString('en')} events`
}
