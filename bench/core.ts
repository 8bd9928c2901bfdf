// pnpm bench core: the fold, the path to the screen, growth, replay and memory, beside peers and the floor.
import { branchRows } from './core/branches.ts'
import { clientPathRows } from './core/client-path.ts'
import { foldRows } from './core/fold.ts'
import { growthRows } from './core/growth.ts'
import { heapRows } from './core/heap.ts'
import { partsRows } from './core/parts.ts'
import { replayRows } from './core/replay.ts'
import type { Measured } from './core/row.ts'
import { report } from './core/row.ts'
import { selectRows } from './core/select.ts'

const suites: Record<string, () => Promise<Measured[]>> = {
  'the fold': foldRows,
  'parts of a message': partsRows,
  'the path to the screen': clientPathRows,
  growth: growthRows,
  'the list': selectRows,
  'branches of a conversation': branchRows,
  memory: heapRows,
  'a long log': replayRows,
}

const rows: Measured[] = []
for (const [name, suite] of Object.entries(suites)) {
  console.log(`measuring ${name} …`)
  rows.push(...(await suite()))
}
if (!report('core', rows)) process.exitCode = 1
