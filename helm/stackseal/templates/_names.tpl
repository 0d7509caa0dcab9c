{{- /* SPDX-License-Identifier: Apache-2.0. Names and labels that several objects share. */ -}}

{{- define "stackseal.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "stackseal.fullname" -}}
{{- $name := include "stackseal.name" . -}}
{{- $made := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- default $made .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- /* The name of a cluster-wide object: two releases of one name in two namespaces must not meet. */ -}}
{{- define "stackseal.clusterName" -}}
{{- printf "%s-%s" .Release.Namespace (include "stackseal.fullname" .) -}}
{{- end -}}

{{- define "stackseal.selectorLabels" -}}
app.kubernetes.io/name: {{ include "stackseal.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "stackseal.labels" -}}
{{- $own := include "stackseal.selectorLabels" . | fromYaml -}}
{{- $_ := set $own "app.kubernetes.io/version" .Chart.AppVersion -}}
{{- $_ := set $own "app.kubernetes.io/managed-by" .Release.Service -}}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" .Chart.Name (replace "+" "_" .Chart.Version)) -}}
{{- merge $own .Values.commonLabels | toYaml -}}
{{- end -}}

{{- define "stackseal.serviceAccount" -}}
{{- default (.Values.serviceAccount.create | ternary (include "stackseal.fullname" .) "default") .Values.serviceAccount.name -}}
{{- end -}}

{{- define "stackseal.image" -}}
{{- $tag := printf ":%s" (default .Chart.AppVersion .Values.image.tag) -}}
{{- .Values.image.repository }}{{ empty .Values.image.digest | ternary $tag (printf "@%s" .Values.image.digest) -}}
{{- end -}}
