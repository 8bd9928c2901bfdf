import { recorded } from '@streamfold/testkit'
import { expect, it } from 'vitest'

// 12 events; texts have their length but no contents.
const { seen } = recorded(String.raw`
{"format":"streamfold-log","version":3,"start":{"version":2,"options":{"stalledAfter":10000,"abandonedAfter":60000,"absentAfter":5000,"unansweredAfter":20000,"retryAfter":1000,"checkLengths":true},"records":[],"pending":[],"rest":{"answers":[],"pendingAnswers":[],"grouped":false,"channel":{"status":"detached","place":"detached","known":false,"attempt":0},"connection":{"state":"connecting"},"effects":[],"hasOlder":false,"now":0,"liveSince":0}}}
{"type":"tick","now":1000,"arrived":{"at":1000}}
{"type":"connection","state":"connected","arrived":{"at":1100}}
{"type":"channel","state":"attaching","arrived":{"at":1200}}
{"type":"channel","state":"attached","resumed":false,"arrived":{"at":1300}}
{"type":"history","state":"loaded","arrived":{"at":1400}}
{"type":"created","serial":"s1","version":"v1","text":"","role":"assistant","phase":"streaming","headers":{"role":"assistant","status":"streaming"},"fields":{"phase":"streaming"},"clientId":"agent","createdAt":900,"at":1000,"arrived":{"at":1500}}
{"type":"appended","serial":"s1","version":"v2","text":"·····","role":"assistant","phase":"streaming","headers":{"role":"assistant","status":"streaming"},"fields":{"phase":"streaming"},"clientId":"agent","createdAt":900,"at":1000,"arrived":{"at":1600}}
{"type":"appended","serial":"s1","version":"v3","text":"·······","role":"assistant","phase":"streaming","headers":{"role":"assistant","status":"streaming"},"fields":{"phase":"streaming"},"clientId":"agent","createdAt":900,"at":1000,"arrived":{"at":1700}}
{"type":"connection","state":"disconnected","error":"····","arrived":{"at":1800}}
{"type":"connection","state":"connected","arrived":{"at":1900}}
{"type":"channel","state":"attached","resumed":false,"arrived":{"at":2000}}
{"type":"appended","serial":"s1","version":"v5","text":"·····","role":"assistant","phase":"streaming","headers":{"role":"assistant","status":"streaming"},"fields":{"phase":"streaming"},"clientId":"agent","createdAt":900,"at":1000,"arrived":{"at":2100}}
`)

it('shows what a reader saw then', () => {
  expect(seen()).toEqual({
    "channel": "recovering",
    "messages": [
      {
        "role": "assistant",
        "status": "streaming",
        "continuity": "gapped",
        "text": "············"
      }
    ]
  })
})
