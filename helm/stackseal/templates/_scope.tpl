{{- /* SPDX-License-Identifier: Apache-2.0. Which namespaces are served, and what that takes. */ -}}

{{- define "stackseal.authorityNamespace" -}}
{{- default .Release.Namespace .Values.authorityNamespace -}}
{{- end -}}

{{- /* The served namespaces as a list in YAML; empty: all. */ -}}
{{- define "stackseal.namespaces" -}}
{{- if .Values.allNamespaces -}}
{{- if .Values.namespaces }}{{ fail "namespaces and allNamespaces: give one of them" }}{{ end -}}
[]
{{- else -}}
{{- default (list .Release.Namespace) .Values.namespaces | uniq | toJson -}}
{{- end -}}
{{- end -}}

{{- /* What the program does where it serves. */ -}}
{{- define "stackseal.servedRules" -}}
- apiGroups: [stackseal.io]
  resources: [certificates, issuers]
  verbs: [get, list, watch]
- apiGroups: [stackseal.io]
  resources: [certificates/status, issuers/status]
  verbs: [patch]
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, list, watch, create, patch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end -}}

{{- /* What it does where the authorities' keys and the lease lie. */ -}}
{{- define "stackseal.authorityRules" -}}
{{- $served := include "stackseal.namespaces" . | fromJsonArray -}}
{{- if and $served (not (has (include "stackseal.authorityNamespace" .) $served)) }}
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, list, watch, create]
{{- end }}
{{- if .Values.leaderElection.enabled }}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [{{ .Values.leaderElection.leaseName }}]
  verbs: [get, update]
{{- end }}
{{- end -}}

{{- define "stackseal.subject" -}}
- kind: ServiceAccount
  name: {{ include "stackseal.serviceAccount" . }}
  namespace: {{ .Release.Namespace }}
{{- end -}}
