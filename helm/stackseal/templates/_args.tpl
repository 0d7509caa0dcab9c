{{- /* SPDX-License-Identifier: Apache-2.0. The command line of the program. */ -}}

{{- define "stackseal.args" -}}
- controller
{{- with include "stackseal.namespaces" . | fromJsonArray }}
- --namespaces={{ join "," . }}
{{- end }}
- --authority-namespace={{ include "stackseal.authorityNamespace" . }}
- --leader-elect={{ .Values.leaderElection.enabled }}
{{- if .Values.leaderElection.enabled }}
- --lease-name={{ .Values.leaderElection.leaseName }}
{{- end }}
{{- if include "stackseal.given" . | fromJson }}
- --objects={{ include "stackseal.objectsFolder" . }}
{{- end }}
- --workers={{ .Values.workers }}
- --key-threads={{ .Values.keyThreads }}
{{- if not .Values.metrics.perCertificate }}
- --certificate-metrics=false
{{- end }}
- --log-format={{ .Values.log.format }}
- --log-level={{ .Values.log.level }}
- --status-address=:9402
{{- with .Values.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end -}}
