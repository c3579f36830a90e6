"""The catalogue: every rule, in the order of the documentation."""

from __future__ import annotations

from . import exchange, images, properties, resource, strategy, upgrade
from .rule import Rule

RULES: tuple[Rule, ...] = (
    upgrade.kubernetes_version_required,
    upgrade.kubernetes_version_forbidden,
    images.custom_images_required,
    images.custom_images_forbidden,
    images.image_family_duplicate,
    images.selected_images_unexpected,
    upgrade.kubernetes_version_format,
    strategy.stage_name_duplicate,
    strategy.group_duplicate,
    strategy.strategy_and_strategy_id,
    strategy.strategy_snapshot_missing,
    strategy.negative_wait,
    strategy.too_many_groups,
    resource.strategy_id_type,
    resource.auto_upgrade_profile_id_type,
    resource.resource_id_mismatch,
    resource.resource_type_unexpected,
    resource.resource_identity_missing,
    resource.etag_format,
    resource.modified_before_created,
    properties.undocumented_property,
    properties.read_only_in_request,
    exchange.api_version_missing,
    exchange.api_version_unsupported,
    exchange.response_id_mismatch,
    exchange.status_body_mismatch,
    exchange.error_envelope_missing,
)

BY_NAME: dict[str, Rule] = {rule.name: rule for rule in RULES}
