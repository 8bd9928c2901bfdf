import { useChat } from '@ai-sdk/react'
import type { SourceMessagePartProps, ToolCallMessagePartProps } from '@assistant-ui/react'
import {
  ActionBarPrimitive,
  AssistantRuntimeProvider,
  ComposerPrimitive,
  ErrorPrimitive,
  MessagePrimitive,
  ThreadPrimitive,
} from '@assistant-ui/react'
import { useAISDKRuntime } from '@assistant-ui/react-ai-sdk'
import { createChatTransport } from '@streamfold/ai-sdk'
import type { RealtimeChannel } from 'ably'
import { useEffect, useMemo } from 'react'

export function Chat({ channel }: { channel: RealtimeChannel }) {
  const transport = useMemo(() => createChatTransport(channel, { agent: 'agent' }), [channel])
  const { sendAutomaticallyWhen } = transport
  const chat = useChat({ id: channel.name, transport, sendAutomaticallyWhen })
  const { setMessages, resumeStream } = chat
  useEffect(() => transport.follow({ setMessages, resumeStream }), [transport, setMessages, resumeStream])
  const runtime = useAISDKRuntime(chat)
  return (
    <AssistantRuntimeProvider runtime={runtime}>
      <ThreadPrimitive.Root>
        <ThreadPrimitive.Viewport>
          <ThreadPrimitive.Messages components={{ UserMessage, AssistantMessage }} />
        </ThreadPrimitive.Viewport>
        <ComposerPrimitive.Root>
          <ComposerPrimitive.Input aria-label="Prompt" />
          <ComposerPrimitive.Send>Send</ComposerPrimitive.Send>
          <ComposerPrimitive.Cancel>Stop</ComposerPrimitive.Cancel>
        </ComposerPrimitive.Root>
      </ThreadPrimitive.Root>
    </AssistantRuntimeProvider>
  )
}

function UserMessage() {
  return (
    <MessagePrimitive.Root data-role="user">
      <MessagePrimitive.Parts components={{ Text }} />
    </MessagePrimitive.Root>
  )
}

function AssistantMessage() {
  return (
    <MessagePrimitive.Root data-role="assistant">
      <MessagePrimitive.Parts components={{ Text, Reasoning, Source, tools: { Fallback: Tool } }} />
      <MessagePrimitive.Error>
        <ErrorPrimitive.Root role="alert">
          <ErrorPrimitive.Message />
        </ErrorPrimitive.Root>
      </MessagePrimitive.Error>
      <ActionBarPrimitive.Root>
        <ActionBarPrimitive.Reload>Again</ActionBarPrimitive.Reload>
      </ActionBarPrimitive.Root>
    </MessagePrimitive.Root>
  )
}

function Text({ text }: { text: string }) {
  return <p data-part="text">{text}</p>
}

function Reasoning({ text }: { text: string }) {
  return <p data-part="reasoning">{text}</p>
}

function Source({ title, url }: SourceMessagePartProps) {
  return <p data-part="source">{title ?? url}</p>
}

function Tool({ toolName, argsText, result, status, approval, respondToApproval }: ToolCallMessagePartProps) {
  return (
    <p data-part="tool" data-status={status.type}>
      {toolName} {argsText} {JSON.stringify(result)}
      {approval && approval.approved === undefined && (
        <>
          <button onClick={() => void respondToApproval({ approved: true })}>Approve</button>
          <button onClick={() => void respondToApproval({ approved: false, reason: 'not now' })}>Deny</button>
        </>
      )}
    </p>
  )
}
