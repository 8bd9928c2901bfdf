import { fetchSoon } from '@streamfold/app-shared'
import { defineAsyncComponent } from 'vue'

// Components whose code is fetched when they are first rendered, or beside the page's first request. Until then, and if it cannot be fetched, they show
// nothing. They are defined once: a component that renders many of them would otherwise wait for each.
export const Announcer = defineAsyncComponent(() => import('./announcer.vue'))
export const Ask = defineAsyncComponent(fetchSoon(() => import('./parts/ask.vue')))
export const AskAll = defineAsyncComponent(fetchSoon(() => import('./parts/ask-all.vue')))
export const Attachments = defineAsyncComponent(fetchSoon(() => import('./input/attachments.vue')))
export const DataPartView = defineAsyncComponent(fetchSoon(() => import('./parts/data-part-view.vue')))
export const PersonalLink = defineAsyncComponent(() => import('./saved-conversations/personal-link.vue'))
export const TroublePanel = defineAsyncComponent(() => import('./dev/trouble-panel.vue'))
export const Viewers = defineAsyncComponent(() => import('./conversation/viewers.vue'))
