// The page that opens a log with no server: dist/inspector.html, which holds all it needs.
import { defineInspector } from './open-inspector.ts'

defineInspector()
