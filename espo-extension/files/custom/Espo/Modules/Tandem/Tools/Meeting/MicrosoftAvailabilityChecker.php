<?php

namespace Espo\Modules\Tandem\Tools\Meeting;

use Espo\Core\AclManager;
use Espo\Entities\User;
use Espo\Modules\Crm\Tools\Meeting\MeetingServiceAvailabilityChecker;

/**
 * Says who may choose Microsoft as a meeting's online location.
 *
 * EspoCRM asks this before it offers the choice, and again when a meeting with that choice is created. A Teams meeting
 * needs a mailbox that Tandem may use, and the Outlook Calendar scope is how an administrator grants that in Roles.
 */
class MicrosoftAvailabilityChecker implements MeetingServiceAvailabilityChecker
{
    private const SCOPE = 'OutlookCalendar';

    public function __construct(private AclManager $aclManager)
    {}

    public function check(User $user): bool
    {
        return $this->aclManager->checkScope($user, self::SCOPE);
    }
}
