import { enterFixture } from '../channel/presence/presence.ts'
import type { AppSpec } from './app-spec.ts'
import type { Broker } from './broker.ts'

/** Members an application has from the start; they belong to no connection and never leave. */
export function enterFixtures(broker: Broker, spec: AppSpec): void {
  for (const { name, presence } of spec.channels ?? []) {
    for (const member of presence ?? []) enterFixture(broker.channel(name), member)
  }
}
