import { recorded } from '@streamfold/testkit'
import { expect, it } from 'vitest'

// 6 events, after 12 that led to where they begin; with contents.
const { seen } = recorded(String.raw`
{"format":"streamfold-log","version":3,"start":{"version":2,"options":{"stalledAfter":10000,"abandonedAfter":60000,"absentAfter":5000,"unansweredAfter":20000,"retryAfter":1000,"checkLengths":true},"records":[{"id":"s1","key":"s1","role":"assistant","text":"Hello, world","status":"streaming","continuity":"gapped","source":"live","clientId":"agent","createdAt":900,"updatedAt":1000,"version":"v3","headers":{"role":"assistant","status":"streaming"},"declaredPhase":"streaming","deliveredVersion":"v5","lastActivityAt":1000}],"pending":[],"rest":{"answers":[],"pendingAnswers":[],"grouped":false,"channel":{"status":"recovering","place":"recovering","known":true,"attempt":1},"connection":{"state":"connected"},"effects":[{"type":"fetchHistory","attempt":1,"downTo":"s1"}],"hasOlder":false,"now":1000,"liveSince":1000}}}
{"type":"snapshot","serial":"s1","version":"v5","text":"Hello, world: and more","role":"assistant","phase":"streaming","headers":{"role":"assistant","status":"streaming"},"fields":{"phase":"streaming"},"clientId":"agent","createdAt":900,"at":1000,"source":"history","deleted":false,"arrived":{"at":2200}}
{"type":"history","state":"loaded","arrived":{"at":2300}}
{"type":"snapshot","serial":"s1","version":"v5","text":"Hello, world: and more","role":"assistant","phase":"streaming","headers":{"role":"assistant","status":"streaming"},"fields":{"phase":"streaming"},"clientId":"agent","createdAt":900,"at":1000,"source":"history","deleted":false,"arrived":{"at":2400}}
{"type":"appended","serial":"s1","version":"v6","text":".","role":"assistant","phase":"complete","headers":{"role":"assistant","status":"complete"},"fields":{"phase":"complete"},"clientId":"agent","createdAt":900,"at":1000,"arrived":{"at":2500}}
{"type":"replaced","serial":"s1","version":"v6","text":"Hello, world: and more.","role":"assistant","phase":"complete","headers":{"role":"assistant","status":"complete"},"fields":{"phase":"complete"},"clientId":"agent","createdAt":900,"at":1000,"arrived":{"at":2600}}
{"type":"ignored","reason":"action meta.occupancy is not of a message","arrived":{"at":2700}}
`)

it('shows what a reader saw then', () => {
  expect(seen()).toEqual({
    "channel": "live",
    "messages": [
      {
        "role": "assistant",
        "status": "complete",
        "continuity": "contiguous",
        "text": "Hello, world: and more."
      }
    ]
  })
})
