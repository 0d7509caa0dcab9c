{{- /* SPDX-License-Identifier: Apache-2.0. The Issuers and Certificates of the values: Helm refuses them in the release that brings their CRDs, so the program applies them. */ -}}

{{- define "stackseal.objectsFolder" -}}
/etc/stackseal/objects
{{- end -}}

{{- /* One of them as text in JSON: its namespace and its manifest. Takes root, kind, place, object. */ -}}
{{- define "stackseal.givenObject" -}}
{{- $namespace := default (first (default list .root.Values.namespaces)) .object.namespace -}}
{{- if not $namespace }}{{ fail (printf "%s: namespace is missing: name one here, or in \"namespaces\" for all" .place) }}{{ end -}}
{{- $served := include "stackseal.namespaces" .root | fromJsonArray -}}
{{- if and $served (not (has $namespace $served)) }}{{ fail (printf "%s: namespace %s is not served: add it to \"namespaces\", or name one of %s" .place $namespace (join ", " $served)) }}{{ end -}}
{{- $metadata := dict "name" .object.name "namespace" $namespace -}}
{{- range tuple "labels" "annotations" -}}
{{- if get $.object . }}{{ $_ := set $metadata . (get $.object .) }}{{ end -}}
{{- end -}}
{{- $manifest := dict "apiVersion" "stackseal.io/v1alpha1" "kind" .kind "metadata" $metadata "spec" .object.spec -}}
{{- dict "namespace" $namespace "manifest" (toYaml $manifest) | toJson -}}
{{- end -}}

{{- /* All of them in JSON, by the names of their files. */ -}}
{{- define "stackseal.given" -}}
{{- $given := dict -}}
{{- range $list, $kind := dict "issuers" "Issuer" "certificates" "Certificate" -}}
{{- range $index, $object := get $.Values $list | default list -}}
{{- $place := printf "%s[%d] (%s)" $list $index $object.name -}}
{{- $one := dict "root" $ "kind" $kind "place" $place "object" $object | include "stackseal.givenObject" | fromJson -}}
{{- $file := printf "%s.%s.%s.yaml" (lower $kind) $one.namespace $object.name -}}
{{- if hasKey $given $file }}{{ fail (printf "%s: given twice in namespace %s: remove one of them" $place $one.namespace) }}{{ end -}}
{{- $_ := set $given $file $one -}}
{{- end -}}
{{- end -}}
{{- toJson $given -}}
{{- end -}}

{{- /* The namespaces in which they lie, as a list in JSON. */ -}}
{{- define "stackseal.givenNamespaces" -}}
{{- $spaces := list -}}
{{- range include "stackseal.given" . | fromJson }}{{ $spaces = append $spaces .namespace }}{{ end -}}
{{- uniq $spaces | sortAlpha | toJson -}}
{{- end -}}
