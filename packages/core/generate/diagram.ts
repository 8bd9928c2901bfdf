import type { AnyStateNode } from 'xstate'

/** A machine's states and transitions as a Mermaid state diagram. */
export function diagram(root: AnyStateNode): string {
  return ['```mermaid', 'stateDiagram-v2', ...statesOf(root, '  '), ...arrowsOf(root, '  '), '```'].join('\n')
}

function statesOf(node: AnyStateNode, indent: string): string[] {
  const children = Object.values(node.states)
  const start = node.initial.target[0]
  const first = node.type === 'compound' && start ? [`${indent}[*] --> ${idOf(start)}`] : []
  const inner = children.flatMap((child, index) => {
    const divider = node.type === 'parallel' && index > 0 ? [`${indent}--`] : []
    if (node.type === 'parallel') return [...divider, ...statesOf(child, indent)]
    const name = `${indent}state "${child.key}${entryOf(child)}" as ${idOf(child)}`
    if (Object.keys(child.states).length === 0) return [name]
    return [name, `${indent}state ${idOf(child)} {`, ...statesOf(child, `${indent}  `), `${indent}}`]
  })
  return [...first, ...inner]
}

function arrowsOf(node: AnyStateNode, indent: string): string[] {
  const own = [...node.transitions.entries()].flatMap(([type, transitions]) =>
    transitions.flatMap(({ target }) => (target ?? []).map((to) => `${indent}${sourceOf(node)} --> ${idOf(to)}: ${type}`)),
  )
  return [...own, ...Object.values(node.states).flatMap((child) => arrowsOf(child, indent))]
}

/** A transition of a whole machine or region is drawn from a node that stands for any of its states. */
function sourceOf(node: AnyStateNode): string {
  return node.parent && node.parent.type !== 'parallel' ? idOf(node) : `any_${idOf(node)}`
}

function entryOf(node: AnyStateNode): string {
  return node.entry.length > 0
    ? ` / ${node.entry.map((action) => (typeof action === 'string' ? action : 'type' in action ? action.type : '')).join(', ')}`
    : ''
}

function idOf(node: AnyStateNode): string {
  return node.id.replaceAll(/\W+/g, '_')
}
