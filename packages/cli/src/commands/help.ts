import { pointForms } from '../log/point.ts'

const connection = `Connection:
  --key KEY          key of your Ably app, appId.keyId:secret; better in ABLY_API_KEY, where no list of processes shows it
  --local [PORT]     a local Ably on this machine, with its development key; port LOCAL_ABLY_PORT or 4510
  --endpoint HOST    a host other than Ably's, with --port PORT and --no-tls as it needs
  --timeout SECONDS  gives up after so long without the channel; 10 at first, 600 once it was there`

const reading = `  --agent ID         client id of an agent, more than once for several; otherwise agent and agent:…
  --ai-transport     the channel has the format of @ably/ai-transport
  --raw              each event of the log or of JSON with the message as it was delivered
  --history N        messages of history to read first`

const printing = `Output is for people on a terminal (NO_COLOR=1 takes the colours off) and JSON, a value a line, anywhere else:
  --json, --text     say which`

const main = `streamfold tail CHANNEL     prints a channel's events as they come
streamfold record CHANNEL   writes them to a log
streamfold replay FILE      prints the conversation of a log, at any point of it
streamfold answer CHANNEL   lists the calls that wait for a person, or answers one
streamfold diff A [B]       says how the conversations of two logs, or of two points of one, differ

streamfold COMMAND --help   says more
streamfold --version

Exit codes: 0 done, or no difference; 1 a difference; 2 the command line makes no sense; 3 Ably cannot be reached, or refuses
the key or the channel; 4 a file cannot be read or written, or is no log; 5 a bug; 6 no call waits, or the answer was refused.`

const tail = `streamfold tail CHANNEL [options]

Prints a channel's events as they come, and what they do to the conversation: gaps, repairs, ends. Ctrl-C ends it.

  --events N         ends after N events
  --for SECONDS      ends so long after the channel was attached
  --branch ID        without the messages that are not on the branch with the message of that id
${reading}; 10 by default
  --rewind TIME      lets the channel deliver again what it delivered lately, such as 30s or 2m

${connection}

${printing}
A JSON line is an event as a log holds it.`

const record = `streamfold record CHANNEL [-o FILE] [options]

Writes what happens on a channel to a log, or to the standard output. Ctrl-C ends it; what was written outlives a kill.

  -o, --output FILE  where to; a file that exists is refused
  --force            replaces it
  --redact           without what people said: texts keep their length, readers get numbers
  --events N         ends after N events; ticks, which only pass the time, do not count
  --for SECONDS      ends so long after the channel was attached
${reading}; 100 by default
  --rewind TIME      lets the channel deliver again what it delivered lately; 2m by default

${connection}`

const replay = `streamfold replay FILE [options]

Prints the conversation of a log as a reader had it. - is the standard input.

  --until POINT      at that point: ${pointForms}
  --branch ID        the branch with the message of that id. Default: the newest
  --events           prints the events up to there, with their numbers

${printing}
A JSON line is a message, or with --events an event and its number.`

const answer = `streamfold answer CHANNEL [approve|deny|output|fault [CALL]] [options]

Lists the calls that wait for an answer, or answers one: the CALL with that id, or the only one that waits.

  approve, deny      decides about a call that asks, with --reason TEXT for people and the model
  output             gives the output of a call that a page is asked to run: --value JSON
  fault              says why it cannot be run: --error TEXT
  --as CLIENT_ID     the person who answers; without it only the list. The key must allow this client id
  --agent ID         client id of an agent, more than once for several; otherwise agent and agent:…
  --history N        messages of history to read; 100 by default

${connection}

${printing}
A JSON line is a call that waits, or the one that was answered.`

const diff = `streamfold diff A [B] [options]

Says how the conversation of B differs from that of A. Without B, two points of A. Exit code 1 when it does.

  --from POINT       A at that point; its end by default
  --to POINT         B at that point; its end by default
  --branch ID        compares the branch with the message of that id. Default: all messages
  --all              compares what no reader sees, too: versions, positions, where a text came from

A point is ${pointForms}.

${printing}
A JSON line is a message that was added, removed or changed.`

/** The text of `--help`, by command. */
export const help = { main, tail, record, replay, answer, diff }
