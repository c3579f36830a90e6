"""The catalogue: every rule, in the order of the documentation."""

from __future__ import annotations

from functools import lru_cache

from . import (
    concurrency,
    exchange,
    failures,
    gates,
    history,
    images,
    mirror,
    page,
    progress,
    properties,
    resource,
    selectors,
    strategy,
    times,
    upgrade,
)
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
    mirror.default_run_shape,
    mirror.status_mirrors_strategy,
    mirror.wait_duration_mismatch,
    mirror.wait_status_unexpected,
    progress.stage_out_of_order,
    progress.members_in_parallel,
    progress.cluster_in_two_groups,
    times.completed_before_started,
    times.child_outside_parent,
    times.not_started_with_progress,
    times.unfinished_with_completed_time,
    times.completed_without_times,
    progress.state_roll_up,
    progress.failed_without_error,
    times.started_before_created,
    progress.wait_before_groups,
    gates.gates_mirror_strategy,
    gates.gate_id_type,
    gates.gate_id_unexpected,
    gates.gate_id_missing,
    gates.gate_state_unexpected,
    gates.before_gate_passed,
    gates.after_gate_passed,
    gates.gate_pending_roll_up,
    gates.scheduled_start_configuration,
    gates.scheduled_start_after,
    concurrency.concurrency_exceeded,
    concurrency.max_concurrency_mismatch,
    concurrency.max_concurrency_over_limit,
    selectors.groups_or_selector_required,
    selectors.label_selector_syntax,
    selectors.selected_group_duplicate,
    failures.failure_count_mismatch,
    failures.completed_over_threshold,
    exchange.api_version_missing,
    exchange.api_version_unsupported,
    exchange.response_id_mismatch,
    exchange.status_body_mismatch,
    exchange.error_envelope_missing,
    history.run_left_completed,
    history.transition_unexpected,
    history.changed_after_start,
    history.node_image_selection_changed,
    history.member_selector_changed,
    history.time_rewritten,
    history.etag_reused,
    exchange.operation_unknown,
    exchange.status_undocumented,
    page.run_listed_twice,
)


def by_name() -> dict[str, Rule]:
    """Return the rules by name."""
    return _named(RULES)


@lru_cache(maxsize=8)
def _named(rules: tuple[Rule, ...]) -> dict[str, Rule]:
    return {rule.name: rule for rule in rules}
