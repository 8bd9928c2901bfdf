import { recorded } from '@streamfold/testkit'
import { expect, it } from 'vitest'

// 7 events; texts have their length but no contents.
const { seen } = recorded(String.raw`
{"format":"streamfold-log","version":3,"start":{"version":2,"options":{"stalledAfter":10000,"abandonedAfter":60000,"absentAfter":5000,"unansweredAfter":20000,"retryAfter":1000,"checkLengths":true},"records":[],"pending":[],"rest":{"answers":[],"pendingAnswers":[],"grouped":false,"channel":{"status":"detached","place":"detached","known":false,"attempt":0},"connection":{"state":"connecting"},"effects":[],"hasOlder":false,"now":0,"liveSince":0}}}
{"type":"tick","now":1000,"arrived":{"at":1000}}
{"type":"connection","state":"connected","arrived":{"at":1100}}
{"type":"channel","state":"attaching","arrived":{"at":1200}}
{"type":"channel","state":"attached","resumed":false,"arrived":{"at":1300}}
{"type":"history","state":"loaded","arrived":{"at":1400}}
{"type":"created","serial":"s1","version":"v1","text":"\u001e{\"type\":\"reasoning\"}\n·········","role":"assistant","phase":"streaming","headers":{"role":"assistant","status":"streaming","format":"parts/1"},"fields":{"phase":"streaming","format":"parts/1"},"clientId":"agent","createdAt":900,"at":1000,"arrived":{"at":1500}}
{"type":"appended","serial":"s1","version":"v2","text":"\u001e{\"type\":\"tool\",\"id\":\"c\",\"name\":\"search\"}\n{\"·\":\"·\"}\u001e{\"type\":\"input\",\"id\":\"c\"}\n","role":"assistant","phase":"complete","headers":{"role":"assistant","status":"complete","format":"parts/1"},"fields":{"phase":"complete","format":"parts/1"},"clientId":"agent","createdAt":900,"at":1000,"arrived":{"at":1600}}
`)

it('shows what a reader saw then', () => {
  expect(seen()).toEqual({
    "channel": "live",
    "messages": [
      {
        "role": "assistant",
        "status": "complete",
        "continuity": "contiguous",
        "text": "",
        "parts": [
          {
            "type": "reasoning",
            "state": "done",
            "text": "·········"
          },
          {
            "type": "tool-search",
            "state": "interrupted",
            "input": "{\"·\":\"·\"}"
          }
        ]
      }
    ]
  })
})
