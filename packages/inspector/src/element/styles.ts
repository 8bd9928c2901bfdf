import { controls } from './styles/controls.ts'
import { detail } from './styles/detail.ts'
import { frame } from './styles/frame.ts'
import { glyphs } from './styles/glyphs.ts'
import { list } from './styles/list.ts'
import { others } from './styles/others.ts'
import { panes } from './styles/panes.ts'
import { tokens } from './styles/tokens.ts'

export const styles = [tokens, controls, frame, panes, glyphs, list, detail, others]
